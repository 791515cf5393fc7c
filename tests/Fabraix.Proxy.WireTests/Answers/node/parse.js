// Reads one JSON array of field values, and writes what a parser of RFC 9651 makes of each as a list.
import { parseList, Token } from "structured-headers";

let input = "";
for await (const piece of process.stdin) input += piece;

const plain = (value) => (value instanceof Token ? { token: value.toString() } : value);
const read = (text) => {
  try {
    return parseList(text).map(([item, parameters]) => [plain(item), Object.fromEntries([...parameters].map(([key, value]) => [key, plain(value)]))]);
  } catch (error) {
    return { error: error.message };
  }
};
process.stdout.write(JSON.stringify(JSON.parse(input).map(read)));
