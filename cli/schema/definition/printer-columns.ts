type PrinterColumn = {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'date';
  readonly jsonPath: string;
  readonly priority?: 1;
};

const condition = (type: string, field: string) => `.status.conditions[?(@.type=='${type}')].${field}`;

/** What `kubectl get` shows of either kind, in this order; those with a priority only with `-o wide`. */
export const PRINTER_COLUMNS: readonly PrinterColumn[] = [
  { name: 'Ready', type: 'string', jsonPath: condition('Ready', 'status') },
  { name: 'Delivering', type: 'string', jsonPath: condition('Delivering', 'status') },
  { name: 'Reason', type: 'string', jsonPath: condition('Delivering', 'reason') },
  { name: 'Target', type: 'string', jsonPath: '.status.target' },
  { name: 'Pending', type: 'integer', jsonPath: '.status.pending' },
  { name: 'Dead', type: 'integer', jsonPath: '.status.deadLetters' },
  { name: 'Last', type: 'date', jsonPath: '.status.lastDelivery.time' },
  { name: 'Hooks', type: 'string', jsonPath: '.spec.hooks', priority: 1 },
  { name: 'Accepted', type: 'string', jsonPath: condition('Ready', 'reason'), priority: 1 },
  { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
];
