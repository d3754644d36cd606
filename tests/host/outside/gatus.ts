import { ensureImages } from "../../../toolchain/images.ts";
import { configWith } from "../../config/sample.ts";

/** The archive of the Gatus image that the config names by default. */
export const gatusArchive = async (): Promise<string> => {
  const [image] = await ensureImages([{ name: "gatus", reference: configWith().watch.image }]);
  if (image && "archive" in image) return image.archive;
  throw new Error(image?.missing);
};
