import { tryAFew } from "./part.ts";
import { updates } from "./scenarios.ts";

tryAFew(updates);
