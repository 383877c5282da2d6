import type { Access } from "../../kernel/service.ts";
import type { state } from "./state.ts";

/** Regions and zones are nobody's: both actions know no resource. */
export const access: Access<typeof state> = {};
