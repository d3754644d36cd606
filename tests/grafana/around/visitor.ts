/** What a server answered, redirects not followed. */
export interface Page {
  url: string;
  status: number;
  location: string | undefined;
  text: string;
}

/** A browser without a window: cookies for each server, redirects, forms. */
export class Visitor {
  readonly #jars = new Map<string, Map<string, string>>();

  #jar(url: string): Map<string, string> {
    const { host } = new URL(url);
    const jar = this.#jars.get(host) ?? new Map<string, string>();
    this.#jars.set(host, jar);
    return jar;
  }

  /** The value of a cookie of a server. */
  cookie = (url: string, name: string): string | undefined => this.#jar(url).get(name);

  /** Opens a page, or sends a form to it; redirects are not followed. */
  async open(url: string, form?: Record<string, string>): Promise<Page> {
    const jar = this.#jar(url);
    const response = await fetch(url, {
      redirect: "manual",
      headers: { Cookie: [...jar].map(([name, value]) => `${name}=${value}`).join("; ") },
      ...(form ? { method: "POST", body: new URLSearchParams(form) } : {}),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (value === "" || /max-age=0|expires=Thu, 01 Jan 1970/i.test(cookie)) jar.delete(name);
      else jar.set(name, value);
    }
    const location = response.headers.get("location");
    return {
      url,
      status: response.status,
      location: location ? new URL(location, url).href : undefined,
      text: await response.text(),
    };
  }

  /**
   * Follows redirects, and sends each form that it meets, until a page of `until`'s server is neither.
   * @param fields what is typed into forms, by their fields' names
   */
  async follow(start: string, fields: Record<string, string>, home: string): Promise<Page> {
    let page = await this.open(start);
    for (let steps = 0; steps < 20; steps++) {
      const form = /<form[^>]*action="([^"]+)"[\s\S]*?<\/form>/.exec(page.text);
      if (page.location) {
        // where Grafana sends one in the end is a page for browsers
        if (page.location.startsWith(home) && !page.location.includes("/login/generic_oauth")) return page;
        page = await this.open(page.location);
      } else if (form && page.status === 200 && !page.url.startsWith(home))
        page = await this.open(new URL(form[1] ?? "", page.url).href, { ...hidden(form[0]), ...fields });
      else return page;
    }
    throw new Error(`${start} leads in a circle, at last to ${page.url}`);
  }
}

const hidden = (form: string): Record<string, string> =>
  Object.fromEntries(
    [...form.matchAll(/<input[^>]*type="hidden"[^>]*>/g)].map(([input]) => [
      /name="([^"]*)"/.exec(input)?.[1] ?? "",
      /value="([^"]*)"/.exec(input)?.[1] ?? "",
    ]),
  );
