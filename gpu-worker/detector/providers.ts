/** onnxruntime's execution providers that we use, best first. */
export const providers = ["cuda", "cpu"] as const;
export type Provider = (typeof providers)[number];
