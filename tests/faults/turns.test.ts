import { tryAFew } from "./part.ts";
import { turns } from "./scenarios.ts";

tryAFew(turns);
