/** What `PodmanImage` wants to know of a container's config. */
export const imageOf = ({
  image,
  digest,
  archive,
}: {
  image: string;
  digest?: string | undefined;
  archive?: string | undefined;
}) => ({
  reference: image,
  ...(digest === undefined ? {} : { digest }),
  ...(archive === undefined ? {} : { archive }),
});
