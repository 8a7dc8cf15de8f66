/** Text of a file as it may be shown on a terminal: control characters but the line's end become "?". */
export const printable = (text: string): string => text.replaceAll(/[\p{Cc}--\n]/gv, "?");
