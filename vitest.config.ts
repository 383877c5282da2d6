import { defineConfig } from "vitest/config";

/** Tests that put another module in the place of one of ours: they cannot share theirs. */
const ALONE = ["src/services/cloudwatch/publish.test.ts"];

const every = {
  testTimeout: 30_000,
  hookTimeout: 60_000,
  setupFiles: ["tests/stay-here.ts"],
};

/** Files that share the modules of their process: the clients and models are loaded once, not 160 times. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...every,
          name: "shared",
          isolate: false,
          include: ["src/**/*.test.ts", "tests/**/*.test.ts", "tools/**/*.test.ts"],
          exclude: ALONE,
        },
      },
      { test: { ...every, name: "alone", include: ALONE } },
    ],
  },
});
