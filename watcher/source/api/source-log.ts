/** Where the source says what people should know; pino fits. Details never hold credentials or Pod contents. */
export interface SourceLog {
  debug(details: object, message: string): void;
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
}
