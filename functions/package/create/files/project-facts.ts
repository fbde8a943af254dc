/** Where a project's receiver runs. */
export type ProjectPlatform = 'cloudflare' | 'aws' | 'node';

/**
 * What a project is written from.
 *
 * @property name small letters, digits and dashes: a name for npm and for Cloudflare.
 * @property versions of packages that it depends on, by their names.
 */
export type ProjectFacts = {
  readonly platform: ProjectPlatform;
  readonly name: string;
  readonly versions: Readonly<Record<string, string>>;
};

/** Texts of files, by their paths in the project. */
export type ProjectFiles = Readonly<Record<string, string>>;
