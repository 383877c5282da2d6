/** Certificates and their keys, as PEM. */
import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { MalformedCertificateException } from "./errors.ts";

export function readCertificate(pem: string): X509Certificate {
  try {
    if (pem.includes("-----BEGIN CERTIFICATE-----")) return new X509Certificate(pem);
  } catch {
    // Refused below.
  }
  throw MalformedCertificateException(
    "Unable to parse certificate. Please ensure the certificate is in PEM format.",
  );
}

export function readPrivateKey(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    throw MalformedCertificateException(
      "Unable to parse private key. Please ensure the private key is in PEM format.",
    );
  }
}

/** AWS: first who signed the certificate, then who signed that one, and so on. */
export function checkChain(certificate: X509Certificate, chain: string): void {
  let signed = certificate;
  for (const pem of chain.match(PEM) ?? [""]) {
    const issuer = readCertificate(pem);
    if (!signed.checkIssued(issuer)) {
      throw MalformedCertificateException(
        "Unable to validate certificate chain. The certificate chain must start with the " +
          "immediate signing certificate, followed by any intermediaries in order. " +
          "The index within the chain of the invalid certificate is: -1",
      );
    }
    signed = issuer;
  }
}

const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;
