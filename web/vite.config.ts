import { preact } from "@preact/preset-vite";
import { defineConfig } from "vite";

// No asset becomes a data: address and nothing is inlined: the page runs under a policy of `self` only.
export default defineConfig({
  plugins: [preact()],
  build: {
    outDir: "../dist/web",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
