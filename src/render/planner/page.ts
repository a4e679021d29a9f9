import type { ImageStore } from "../../domain/image.ts";
import { RenderedText } from "../handlebars.ts";
import { brandLogo } from "../pages/logo.ts";
import type { Pages } from "../pages/pages.ts";
import { logoView } from "../picture-room.ts";
import { planView, type PlannerInput } from "./plan-view.ts";

/**
 * The cycles ahead as one page with everything in it.
 * @throws TemplateFault when its template cannot be rendered
 */
export async function planPage(pages: Pages, images: ImageStore, input: PlannerInput): Promise<string> {
  const logo = await brandLogo(input.brand, images);
  const src = logo ? `data:${logo.contentType};base64,${logo.content.toString("base64")}` : "";
  const view = planView(input, logoView(logo, src), 1);
  // Nothing in it may end the element it stands in.
  const style = new RenderedText(pages.stylesheet(input.brand, "plan").replaceAll("</", "<\\/"));
  return pages.plan({ ...view, page: { ...view.page, style } });
}
