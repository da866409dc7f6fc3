// Chinese identity numbers (GB 11643-1999): 17 digits and a check character, ISO 7064 MOD 11-2.

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS = "10X98765432";

export const LENGTH = 18;

/** Only what an identity number consists of, at most as many characters as it has. */
export function cleaned(text) {
  return text
    .toUpperCase()
    .replace(/[^0-9X]/g, "")
    .slice(0, LENGTH);
}

/** Whether the check character fits: a mistyped digit or two swapped ones never do. */
export function isValid(number) {
  if (!/^\d{17}[\dX]$/.test(number)) return false;
  const sum = WEIGHTS.reduce((total, weight, index) => total + weight * Number(number[index]), 0);
  return CHECKS[sum % 11] === number[17];
}
