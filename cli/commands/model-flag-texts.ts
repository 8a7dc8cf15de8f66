/** What the flags mean that `model add` and `model inspect` share. */
export const flagTexts = {
  classes: "what the classes are called: coco, a file with one name a line, or a,b,c",
  set: "say what the model does not: pixels=NAME, fit=NAME, size=WxH, family=NAME, or any field of the manifest",
  yes: "accept what is supposed where it is not sure",
} as const;

/** Values of an option that may be given more than once. */
export const collected = (value: string, before: string[] | undefined): string[] => [
  ...(before ?? []),
  value,
];
