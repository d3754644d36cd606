import { tryAFew } from "./part.ts";
import { objects } from "./scenarios.ts";

tryAFew(objects);
