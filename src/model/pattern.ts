/**
 * AWS's patterns are Java's: mostly JavaScript's too. They are compiled to match the whole text, as Java's `matches` does.
 */
export function compilePattern(pattern: string): RegExp | undefined {
  const whole = `^(?:${pattern})$`;
  return tryCompile(whole, "u") ?? tryCompile(whole, "");
}

function tryCompile(source: string, flags: string): RegExp | undefined {
  try {
    return new RegExp(source, flags);
  } catch {
    return undefined;
  }
}
