const MAX_CHARACTERS = 200;

/** Who a verified token speaks of: the e-mail address, else a service's name, else the subject; for logs. */
export function identityName(claims: Readonly<Record<string, unknown>>): string | null {
  const named = [claims.email, claims.common_name, claims.sub].find(
    (claim): claim is string => typeof claim === 'string' && claim !== '',
  );
  return named?.slice(0, MAX_CHARACTERS) ?? null;
}
