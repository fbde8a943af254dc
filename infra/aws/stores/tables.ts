import {
  AttributeType,
  BillingMode,
  ProjectionType,
  Table,
  TableEncryption,
  type TableProps,
} from 'aws-cdk-lib/aws-dynamodb';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';

/**
 * - `claims`: which event was stored, which handler has done what; rows expire.
 * - `audit`: the hash-chained audit trail, with an index by time and one by Pod.
 */
export type Tables = { readonly claims: Table; readonly audit: Table };

const AUDIT_INDEXES = { byTime: 'by-time', byPod: 'by-pod' } as const;

/** What a query through an index answers with, besides the keys. */
const RECORD_ATTRIBUTES = ['content', 'hash', 'previousHash', 'stream', 'position'];

/** On demand, encrypted with the account's DynamoDB key, recoverable to any second of 35 days, kept with the stack gone. */
export function createTables(scope: Construct): Tables {
  const claims = createTable(scope, 'Claims', {
    partitionKey: { name: 'pk', type: AttributeType.STRING },
    timeToLiveAttribute: 'expiresAt',
  });
  const audit = createTable(scope, 'Audit', {
    partitionKey: { name: 'pk', type: AttributeType.STRING },
    sortKey: { name: 'sk', type: AttributeType.STRING },
  });
  addIndex(audit, AUDIT_INDEXES.byTime, 'day');
  addIndex(audit, AUDIT_INDEXES.byPod, 'pod');
  return { claims, audit };
}

function createTable(scope: Construct, id: string, keys: TableProps): Table {
  return new Table(scope, id, {
    billingMode: BillingMode.PAY_PER_REQUEST,
    encryption: TableEncryption.AWS_MANAGED,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    deletionProtection: true,
    removalPolicy: RemovalPolicy.RETAIN,
    ...keys,
  });
}

function addIndex(table: Table, indexName: string, partitionKey: string): void {
  table.addGlobalSecondaryIndex({
    indexName,
    partitionKey: { name: partitionKey, type: AttributeType.STRING },
    sortKey: { name: 'at', type: AttributeType.STRING },
    projectionType: ProjectionType.INCLUDE,
    nonKeyAttributes: RECORD_ATTRIBUTES,
  });
}

/** ARNs of the audit table's indexes, each by name. */
export function indexArns(audit: Table): string[] {
  return Object.values(AUDIT_INDEXES).map((name) => `${audit.tableArn}/index/${name}`);
}
