import { readFileSync } from 'node:fs';

import { parse } from 'yaml';
import { z } from 'zod';

const controlsSchema = z.array(
  z.strictObject({
    control: z.string(),
    about: z.string(),
    speaks: z.array(z.string()).min(1),
    covers: z.string(),
    not_covered: z.string(),
  }),
);

/** A control of a framework, with the parts of a review that support it and those that do not. */
export type Control = z.infer<typeof controlsSchema>[number];

/** The control map. */
export function controls(): Control[] {
  return controlsSchema.parse(parse(readFileSync(new URL('controls.yaml', import.meta.url), 'utf8')));
}
