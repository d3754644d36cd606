import type { AuthContext, ParsedKey } from "ssh2";
import ssh2 from "ssh2";

/** A new key as config and authorized_keys have it. */
export const makeKey = (): { privateKey: string; publicKey: string } => {
  const { private: privateKey, public: publicKey } = ssh2.utils.generateKeyPairSync("ed25519");
  // ssh2 1.17 drops a leading zero byte, and cannot read the key itself: one in 280 (ssh-keygen's: none of 1,500)
  if (ssh2.utils.parseKey(privateKey) instanceof Error) return makeKey();
  return { privateKey, publicKey: publicKey.trim() };
};

export const parseKey = (text: string): ParsedKey => {
  const key = ssh2.utils.parseKey(text);
  if (key instanceof Error) throw key;
  return key;
};

/** Whether a login is by that key: its public half is shown first, then its signature. */
export const isBy = (login: AuthContext, key: ParsedKey): boolean =>
  login.method === "publickey" &&
  login.key.data.equals(key.getPublicSSH()) &&
  (!login.signature || !login.blob || key.verify(login.blob, login.signature, login.hashAlgo) === true);
