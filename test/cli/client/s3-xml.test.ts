import { expect, test } from "vitest";
import { elementText, readParts, writeParts } from "../../../cli/client/s3-xml.ts";

test("listed parts are read with their quotes, over line breaks and other elements", () => {
  const xml = `<?xml version="1.0"?>
    <ListPartsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
      <UploadId>u</UploadId><IsTruncated>false</IsTruncated>
      <Part>
        <PartNumber>2</PartNumber><LastModified>2026-01-01T00:00:00Z</LastModified>
        <ETag>&quot;ab&quot;</ETag><Size>16777216</Size>
      </Part>
      <Part><PartNumber>3</PartNumber><ETag>"cd"</ETag><Size>5</Size></Part>
    </ListPartsResult>`;

  expect(readParts(xml)).toEqual([
    { partNumber: 2, etag: '"ab"', sizeBytes: 16_777_216 },
    { partNumber: 3, etag: '"cd"', sizeBytes: 5 },
  ]);
});

test("a part that cannot be read is a fault and not left out", () => {
  expect(() => readParts("<Part><PartNumber>1</PartNumber><Size>5</Size></Part>")).toThrow(
    /cannot be read/,
  );
});

test("what is written is read back", () => {
  const parts = [
    { partNumber: 1, etag: '"a&b<c"', sizeBytes: 3 },
    { partNumber: 2, etag: '"d"', sizeBytes: 4 },
  ];

  const xml = writeParts(parts).replaceAll("</Part>", "<Size>1</Size></Part>");

  expect(readParts(xml).map(({ etag }) => etag)).toEqual(['"a&b<c"', '"d"']);
});

test("entities in text become characters", () => {
  expect(elementText("<Message>&lt;a&gt; &#65;&#x42; &unknown;</Message>", "Message")).toBe(
    "<a> AB &unknown;",
  );
});
