/** Build configuration: output to dist/, which the Rust binary embeds; no inlined assets, so a strict CSP holds. */
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const server = process.env.ORIEL_SERVER ?? "http://127.0.0.1:3000";

export default defineConfig(async ({ mode }) => ({
  plugins: [react(), ...(mode === "mock" ? [(await import("./tests/mock/plugin.ts")).mockServer()] : [])],
  build: {
    outDir: "dist",
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
  },
  server:
    mode === "mock"
      ? { port: 5199, strictPort: false }
      : { proxy: { "/api": { target: server, ws: true }, "/health": server } },
  test: { include: ["tests/unit/**/*.test.ts"], environment: "node" },
}));
