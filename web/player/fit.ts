export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where `object-fit: contain` puts a picture within its element. */
export function fitted(
  element: { readonly width: number; readonly height: number },
  picture: { readonly width: number; readonly height: number },
): Rectangle {
  if (picture.width === 0 || picture.height === 0) return { x: 0, y: 0, ...element };
  const scale = Math.min(element.width / picture.width, element.height / picture.height);
  const [width, height] = [picture.width * scale, picture.height * scale];
  return { x: (element.width - width) / 2, y: (element.height - height) / 2, width, height };
}
