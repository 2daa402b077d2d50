/** When there was no connection, in seconds since 1970, for shading it. An open one has no end yet. */
export class Outages {
  readonly list: { readonly from: number; to: number | undefined }[];

  constructor(kept: readonly { readonly from: number; readonly to?: number | undefined }[] = []) {
    this.list = kept.map(({ from, to }) => ({ from, to }));
  }

  begin(now: number): void {
    if (this.list.at(-1)?.to === undefined && this.list.length > 0) return;
    this.list.push({ from: now, to: undefined });
    if (this.list.length > 20) this.list.shift();
  }

  end(now: number): void {
    const last = this.list.at(-1);
    if (last !== undefined) last.to ??= now;
  }
}
