import { ensureImages, imageNeeds } from "../../../toolchain/images.ts";
import { configWith } from "../../config/sample.ts";

const wanted = () => [{ name: "gatus" as const, reference: configWith().watch.image }];

/** What that image needs of this machine. */
export const gatusNeeds = () => imageNeeds(wanted());

/** The archive of the Gatus image that the config names by default. */
export const gatusArchive = async (): Promise<string> => {
  const [image] = await ensureImages(wanted());
  if (image && "archive" in image) return image.archive;
  throw new Error(image?.missing);
};
