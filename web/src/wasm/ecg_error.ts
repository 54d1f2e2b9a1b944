/** What a table of numbers does not say, and what is in it. */
export interface Unstated {
  rate: boolean;
  unit: boolean;
  leads: number;
  samples: number;
  /** Largest absolute value, in the file's own unit. */
  largest: number;
}

/** An error with what went wrong, where, and what the user can do about it. */
export class EcgError extends Error {
  readonly code: string;
  readonly hint: string;
  readonly file: string;
  /** Where in the file, in bytes; null where no place applies. */
  readonly byteOffset: number | null;
  /** What could be seen in the files although they did not open: "section 6: 8 leads". */
  readonly found: readonly string[];
  /** What has to be stated for the files to open; null where that does not help. */
  readonly unstated: Unstated | null;

  constructor(message: string, details: { code?: string; hint?: string; file?: string; byteOffset?: number | null; found?: readonly string[]; unstated?: Unstated | null } = {}) {
    super(message);
    this.name = 'EcgError';
    this.code = details.code ?? 'unknown';
    this.hint = details.hint ?? '';
    this.file = details.file ?? '';
    this.byteOffset = details.byteOffset ?? null;
    this.found = details.found ?? [];
    this.unstated = details.unstated ?? null;
  }

  /** From the text of ecg_viewer_error(); text that is no such JSON becomes the message. */
  static fromJson(text: string): EcgError {
    try {
      const raw = JSON.parse(text) as Record<string, unknown>;
      return new EcgError(textOr(raw['message'], 'The viewer reported an error without a message.'), {
        code: textOr(raw['code'], 'unknown'),
        hint: textOr(raw['hint'], ''),
        file: textOr(raw['file'], ''),
        byteOffset: typeof raw['byte_offset'] === 'number' ? raw['byte_offset'] : null,
        found: Array.isArray(raw['found']) ? raw['found'].map(foundText) : [],
        unstated: (raw['unstated'] as Unstated | null | undefined) ?? null,
      });
    } catch {
      return new EcgError(text === '' ? 'The viewer reported an error without a message.' : text);
    }
  }

  /** Any thrown value as an EcgError, with a hint for values that bring none. */
  static from(thrown: unknown, hint: string): EcgError {
    if (thrown instanceof EcgError) return thrown;
    return new EcgError(thrown instanceof Error ? thrown.message : String(thrown), { hint });
  }
}

/** One part seen in a file, as a line of text. */
function foundText(part: unknown): string {
  const { what, detail, file } = (part ?? {}) as Record<string, unknown>;
  const place = textOr(file, '');
  return `${place === '' ? '' : `${place}: `}${textOr(what, 'part')} ${textOr(detail, '')}`.trim();
}

function textOr(value: unknown, fallback: string): string {
  return typeof value === 'string' && value !== '' ? value : fallback;
}
