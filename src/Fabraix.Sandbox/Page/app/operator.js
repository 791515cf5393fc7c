// The operator's hand: this page's own server passes it on. No answer holds a key, only its fingerprint.

export async function operate(act) {
  const answer = await fetch(`/operator/${act}`, { method: "POST" });
  if (!answer.ok) throw new Error(`The sandbox answered ${answer.status}.`);
  return answer.json();
}
