import { describe, expect, test } from 'vitest';
import { synthesize } from './synthesize.ts';

type Statement = {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource?: unknown;
  readonly Principal?: unknown;
  readonly Condition?: unknown;
};

const EVERYTHING = `
busWriters: [arn:aws:iam::123456789012:role/watcher]
podIdentity: { cluster: prod-eu-1 }
alarms: { topicArn: arn:aws:sns:eu-central-1:123456789012:pager }
`;
const { template, resources } = synthesize(EVERYTHING);

/** Every policy statement there is in the template, wherever it stands, with where. */
const statements = Object.entries(template.toJSON().Resources as Record<string, unknown>).flatMap(
  ([id, resource]) => statementsIn(resource).map((statement) => ({ id, statement })),
);
const allowing = statements.filter(({ statement }) => statement.Effect === 'Allow');

describe('no permission is wider than needed', () => {
  test('there are statements to look at', () => {
    expect(allowing.length).toBeGreaterThan(20);
  });

  test('nothing is allowed by a wildcard of actions', () => {
    const wild = allowing.filter(({ statement }) =>
      [statement.Action].flat().some((action) => action.includes('*')),
    );
    expect(wild).toEqual([]);
  });

  test('nothing is allowed on all resources', () => {
    const wild = allowing.filter(({ statement }) => [statement.Resource].flat().includes('*'));
    expect(wild).toEqual([]);
  });

  test('nothing is allowed to everybody, except to call the Function URL', () => {
    const open = allowing.filter(({ statement }) =>
      JSON.stringify(statement.Principal ?? '').includes('"*"'),
    );
    expect(open).toEqual([]);
  });

  test('a star within an ARN stands for objects of the bucket and versions of a Lambda only', () => {
    const starred = allowing
      .flatMap(({ statement }) => [statement.Resource].flat())
      .map((resource) => JSON.stringify(resource) ?? '')
      .filter((text) => text.includes('*'));
    expect(starred).toHaveLength(2);
    expect(starred).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/\["Checkpoints\w+","Arn"\]\},"\/\*"/),
        expect.stringMatching(/\["Maintenance\w+","Arn"\]\},":\*"/),
      ]),
    );
  });

  test('no managed policy is used', () => {
    for (const [id, { Properties }] of Object.entries(resources('AWS::IAM::Role'))) {
      expect(Properties.ManagedPolicyArns, id).toBeUndefined();
    }
  });

  test.each([
    [
      'ReceiverRole',
      [
        'dynamodb:BatchGetItem',
        'dynamodb:ConditionCheckItem',
        'dynamodb:GetItem',
        'dynamodb:PutItem',
        'dynamodb:Query',
        'events:PutEvents',
        'logs:CreateLogStream',
        'logs:PutLogEvents',
        'secretsmanager:GetSecretValue',
      ],
    ],
    [
      'HandlersRole',
      [
        'dynamodb:BatchGetItem',
        'dynamodb:ConditionCheckItem',
        'dynamodb:DeleteItem',
        'dynamodb:GetItem',
        'dynamodb:PutItem',
        'dynamodb:Query',
        'logs:CreateLogStream',
        'logs:PutLogEvents',
        'sqs:ChangeMessageVisibility',
        'sqs:DeleteMessage',
        'sqs:GetQueueAttributes',
        'sqs:GetQueueUrl',
        'sqs:ReceiveMessage',
        'sqs:SendMessage',
      ],
    ],
    [
      'MaintenanceRole',
      [
        'dynamodb:BatchGetItem',
        'dynamodb:ConditionCheckItem',
        'dynamodb:DeleteItem',
        'dynamodb:PutItem',
        'dynamodb:Query',
        'logs:CreateLogStream',
        'logs:PutLogEvents',
        's3:GetObject',
        's3:ListBucket',
        's3:PutObject',
        'secretsmanager:GetSecretValue',
        'sqs:SendMessage',
      ],
    ],
    ['WatcherRole', ['events:PutEvents']],
  ])('%s may do these things and no others', (role, actions) => {
    const own = allowing.filter(({ id }) => id.startsWith(`${role}DefaultPolicy`));
    expect([...new Set(own.flatMap(({ statement }) => statement.Action))].toSorted()).toEqual(actions);
  });

  test('handlers cannot read the secrets, and only the receiver and the watcher put to the bus', () => {
    const may = (action: string) =>
      allowing.filter(({ statement }) => [statement.Action].flat().includes(action)).map(({ id }) => id);
    expect(may('secretsmanager:GetSecretValue').map(withoutHash).toSorted()).toEqual([
      'MaintenanceRoleDefaultPolicy',
      'ReceiverRoleDefaultPolicy',
    ]);
    expect(may('events:PutEvents').map(withoutHash).toSorted()).toEqual([
      'BuscdkWriter1',
      'ReceiverRoleDefaultPolicy',
      'WatcherRoleDefaultPolicy',
    ]);
  });

  test('only the receiver, whose page asks for them, may query the indexes', () => {
    const querying = allowing.filter(({ statement }) =>
      JSON.stringify(statement.Resource ?? '').includes('/index/'),
    );
    expect(querying.map(({ id }) => withoutHash(id))).toEqual(['ReceiverRoleDefaultPolicy']);
    expect(querying.map(({ statement }) => statement.Action)).toEqual(['dynamodb:Query']);
  });

  test('whoever puts to the bus can do so under the source of Offhook only', () => {
    for (const { statement } of allowing.filter(({ statement }) => statement.Action === 'events:PutEvents')) {
      expect(statement.Condition).toEqual({ StringEquals: { 'events:source': 'dev.offhook' } });
    }
  });
});

describe('who may put to the bus', () => {
  test('the bus has no resource policy unless writers are named', () => {
    expect(synthesize().resources('AWS::Events::EventBusPolicy')).toEqual({});
  });

  test('a named writer is that role and nobody else', () => {
    const policies = Object.values(resources('AWS::Events::EventBusPolicy'));
    expect(policies.map(({ Properties }) => Properties.Statement.Principal)).toEqual([
      { AWS: 'arn:aws:iam::123456789012:role/watcher' },
    ]);
  });

  test('the watcher of an EKS cluster gets its role by its service account', () => {
    template.hasResourceProperties('AWS::EKS::PodIdentityAssociation', {
      ClusterName: 'prod-eu-1',
      Namespace: 'offhook',
      ServiceAccount: 'offhook',
    });
    const [role] = Object.entries(resources('AWS::IAM::Role')).filter(([id]) => id.startsWith('WatcherRole'));
    expect(role?.[1].Properties.AssumeRolePolicyDocument.Statement).toEqual([
      {
        Action: ['sts:AssumeRole', 'sts:TagSession'],
        Effect: 'Allow',
        Principal: { Service: 'pods.eks.amazonaws.com' },
      },
    ]);
  });

  test('with iam, AWS asks for a signature of its own before the receiver is invoked', () => {
    const guarded = synthesize('authentication: iam');
    guarded.template.hasResourceProperties('AWS::Lambda::Url', { AuthType: 'AWS_IAM' });
    const permissions = Object.values(guarded.resources('AWS::Lambda::Permission'));
    expect(permissions.filter(({ Properties }) => Properties.Principal === '*')).toEqual([]);
  });
});

function statementsIn(value: unknown): Statement[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(statementsIn);
  const own = 'Effect' in value && 'Action' in value ? [value as Statement] : [];
  return [...own, ...Object.values(value).flatMap(statementsIn)];
}

function withoutHash(id: string): string {
  return id.replace(/[0-9A-F]{8}$/, '');
}
