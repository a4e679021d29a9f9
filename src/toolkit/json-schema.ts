import { z } from "zod";
import {
  aboutDefinition,
  brandDefinition,
  editionDefinition,
  postDefinition,
  settingsDefinition,
  topicDefinition,
} from "./definitions.ts";

/** The JSON Schemas (draft 2020-12) of all kinds of files, from the definitions that validate: name to schema. */
export function jsonSchemas(): Record<string, object> {
  return {
    settings: schemaOf(settingsDefinition, "onetopic.yaml"),
    topic: schemaOf(topicDefinition, "Front matter of content/topics/*.md"),
    post: schemaOf(postDefinition, "Front matter of content/posts/*.md"),
    toolkit: schemaOf(aboutDefinition, "Front matter of content/toolkit.md"),
    edition: schemaOf(editionDefinition, "Front matter of content/editions/*.md"),
    brand: schemaOf(brandDefinition, "content/brands/*.yaml"),
  };
}

function schemaOf(definition: z.ZodType, title: string): object {
  const schema = z.toJSONSchema(definition, { io: "input", unrepresentable: "any" });
  return { title, ...schema };
}
