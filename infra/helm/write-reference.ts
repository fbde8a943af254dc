import { writeFileSync } from 'node:fs';
import { chartReference } from './chart-reference.ts';

// `npm run helm:reference`: after a change of values.yaml or definitions.yaml.
for (const [file, text] of chartReference()) writeFileSync(file, text);
