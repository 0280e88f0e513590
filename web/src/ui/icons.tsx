/** The console's icons, drawn on a 16-unit grid with the text's colour. Decorative: the label is always text. */
const PATHS = {
  incidents: "M8 1.5 14.5 13.5h-13zM8 6v3.5M8 11.6v.3",
  runs: "M2 3h12v10H2zM4.5 6l2 2-2 2M8.5 10h3",
  targets: "M2.5 2.5h11v4h-11zM2.5 9.5h11v4h-11zM5 4.5h.1M5 11.5h.1",
  audit: "M3 2h10v12H3zM5.5 5h5M5.5 8h5M5.5 11h3",
  users: "M8 7.5a2.75 2.75 0 1 0 0-5.5 2.75 2.75 0 0 0 0 5.5zM2.5 14c.5-3 2.75-4.25 5.5-4.25S13 11 13.5 14",
  about: "M8 14.5a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM8 7.25V11.5M8 4.75v.2",
  search: "M7 12a5 5 0 1 0 0-10 5 5 0 0 0 0 10zM10.75 10.75 14 14",
  theme: "M8 14a6 6 0 1 0 0-12zM8 2a6 6 0 0 0 0 12z",
  signOut: "M6.5 2.5h-4v11h4M7 8h7M11.25 5 14 8l-2.75 3",
  menu: "M2 4h12M2 8h12M2 12h12",
  help: "M5.5 6a2.5 2.5 0 1 1 3.75 2.2C8.4 8.7 8 9.2 8 10M8 12.5v.2",
  chevron: "M6 3.5 10.5 8 6 12.5",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, className }: { name: IconName; className?: string }) {
  return (
    <svg
      className={className}
      width="16"
      height="16"
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.4"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}

export function Logo({ size = 22 }: { size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 32 32"
      fill="none"
      stroke="currentColor"
      strokeWidth="2.4"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d="M5 29V14a11 11 0 0 1 22 0v15z" />
      <path d="M12.25 29V4.4M19.75 29V4.4M5 17h22" strokeWidth="1.8" />
    </svg>
  );
}
