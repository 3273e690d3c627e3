export async function faces(): Promise<string> {
  return '';
}
