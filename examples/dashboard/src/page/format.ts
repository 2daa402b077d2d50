const whole = new Intl.NumberFormat("en");

export function clockOf(milliseconds: number): string {
  const date = new Date(milliseconds);
  const parts = [date.getHours(), date.getMinutes(), date.getSeconds()];
  return parts.map((part) => `${part}`.padStart(2, "0")).join(":");
}

export function count(value: number): string {
  return whole.format(value);
}

export function events(value: number): string {
  return `${count(value)} ${value === 1 ? "event" : "events"}`;
}

export function percent(value: number): string {
  return `${Math.round(value)} %`;
}

export function milliseconds(value: number): string {
  return value < 10 ? `${Number(value.toFixed(1))} ms` : `${Math.round(value)} ms`;
}

export function bytes(value: number): string {
  const gigabytes = value / 2 ** 30;
  if (gigabytes >= 1) return `${gigabytes >= 10 ? Math.round(gigabytes) : Number(gigabytes.toFixed(1))} GiB`;
  return `${Math.round(value / 2 ** 20)} MiB`;
}

export function duration(value: number): string {
  return `${(value / 1_000).toFixed(1)} s`;
}
