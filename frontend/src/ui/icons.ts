// Drawn on a 24 × 24 grid, stroke only.
export const ICONS = {
  projects: 'M4 5h16v4H4zM4 13h10v6H4zM18 13v6M15.5 16h5',
  inbox: 'M4 13l3-8h10l3 8v6H4zM4 13h5a3 3 0 006 0h5',
  person: 'M12 12a4 4 0 100-8 4 4 0 000 8zM4.5 20a7.5 7.5 0 0115 0',
  phone: 'M6 3h3l2 5-2.5 1.5a11 11 0 006 6L16 13l5 2v3a2 2 0 01-2 2A16 16 0 014 5a2 2 0 012-2z',
  search: 'M11 18a7 7 0 100-14 7 7 0 000 14zM16.5 16.5L21 21',
  export: 'M12 4v11M8 11l4 4 4-4M5 20h14',
  letters: 'M3 19l5-13 5 13M5 14.5h6M15 19l3-8 3 8M16 16.5h4',
  back: 'M15 5l-7 7 7 7',
  next: 'M9 5l7 7-7 7',
  close: 'M6 6l12 12M18 6L6 18',
  check: 'M5 12.5l5 5 9-11',
  link: 'M10 14a4 4 0 006 0l3-3a4 4 0 00-6-6l-1 1M14 10a4 4 0 00-6 0l-3 3a4 4 0 006 6l1-1',
  feedback: 'M4 5h16v11H9l-5 4zM8 10h8',
  leave: 'M14 4H5v16h9M10 12h11M17 8l4 4-4 4',
  eye: 'M2 12s4-7 10-7 10 7 10 7-4 7-10 7S2 12 2 12zM12 15a3 3 0 100-6 3 3 0 000 6z',
  plus: 'M12 5v14M5 12h14',
} as const

export type IconName = keyof typeof ICONS
