import { afterAll } from "vitest";
import { removeFolders } from "./cli.ts";

// Where files share a process, `cli.ts` is loaded for the first of them alone.
afterAll(removeFolders);
