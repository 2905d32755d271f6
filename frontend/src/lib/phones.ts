/** `138 0000 0002` for a mainland mobile number, with or without +86; anything else (masked, landline) as it is. */
export function phoneInGroups(phone: string): string {
  const mobile = /^(?:\+86)?(1\d{2})(\d{4})(\d{4})$/.exec(phone)
  return mobile ? mobile.slice(1).join('\u00a0') : phone.replace(/^\+86/, '')
}
