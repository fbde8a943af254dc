import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  ObjectLockRetention,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { Duration, RemovalPolicy } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';

/**
 * The second place: signed checkpoints of the audit chains. Object Lock (governance mode) keeps each of them from
 * being overwritten or deleted for `lockDays` by whoever can change the tables.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
 */
export function createCheckpointBucket(scope: Construct, lockDays: number): Bucket {
  return new Bucket(scope, 'Checkpoints', {
    encryption: BucketEncryption.S3_MANAGED,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    versioned: true,
    objectLockDefaultRetention: ObjectLockRetention.governance(Duration.days(lockDays)),
    removalPolicy: RemovalPolicy.RETAIN,
  });
}
