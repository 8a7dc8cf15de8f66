import { Icon } from "../shell/icons.tsx";
import { bytes } from "../words/format.ts";
import type { ResultFiles } from "./result-files.ts";

/** Every file of the result. */
export function Downloads({ files }: { files: ResultFiles }) {
  const { manifest, artifacts, source, expires_at } = files.links.value;

  // A link that has run out is renewed under the finger.
  const fresh = async (event: MouseEvent, name: string) => {
    if (Date.now() < Date.parse(expires_at) - 5000) return;
    event.preventDefault();
    const links = await files.renew();
    const entry = [links.manifest, ...links.artifacts].find((file) => file.name === name);
    open((entry ?? links.source).url, "_self");
  };

  return (
    <section class="panel" aria-labelledby="downloads-title">
      <h2 id="downloads-title">Downloads</h2>
      <ul class="downloads">
        {[manifest, ...artifacts].map(({ name, url, size_bytes }) => (
          <li key={name}>
            <a href={url} download={name} onClick={(event) => void fresh(event, name)}>
              <Icon name="download" />
              {name}
            </a>
            <span class="quiet">{bytes(size_bytes)}</span>
          </li>
        ))}
        <li>
          <a
            href={source.url}
            download={source.filename}
            onClick={(event) => void fresh(event, source.filename)}
          >
            <Icon name="download" />
            {source.filename}
          </a>
          <span class="quiet">the video</span>
        </li>
      </ul>
    </section>
  );
}
