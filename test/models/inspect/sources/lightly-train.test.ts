import { expect, test } from "vitest";
import { lightlyTrainClaims } from "../../../../models/inspect/sources/lightly-train.ts";

const metadata = {
  lightly_train_version: "0.18.0",
  image_normalize: '{"mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]}',
};

test("mean and deviation are those that the file names, of RGB from 0 to 1", () => {
  expect(lightlyTrainClaims(metadata)).toMatchObject([
    {
      part: "pixels",
      patch: {
        input: {
          channels: "RGB",
          scale: 1 / 255,
          mean: [0.485, 0.456, 0.406],
          std: [0.229, 0.224, 0.225],
        },
      },
    },
  ]);
});

test.each([
  { ...metadata, image_normalize: "null" },
  { ...metadata, image_normalize: "{" },
  { image_normalize: metadata.image_normalize },
])("nothing is said by %j", (given) => {
  expect(lightlyTrainClaims(given)).toEqual([]);
});
