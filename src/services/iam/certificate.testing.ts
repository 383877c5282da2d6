/** For tests: a certificate, its key, and who signed it. */

/** Signed by itself. */
export const AUTHORITY = [
  "-----BEGIN CERTIFICATE-----",
  "MIIBdDCCARqgAwIBAgIBATAKBggqhkjOPQQDAjAZMRcwFQYDVQQDDA5UZXN0IGF1",
  "dGhvcml0eTAeFw0yNjExMjEwMzIzMzBaFw00NjExMTYwMzIzMzBaMBkxFzAVBgNV",
  "BAMMDlRlc3QgYXV0aG9yaXR5MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEnOfh",
  "gSPKgA/zcWSgz0XSRFJWeXlj8bj88vL8RUSOUdaq8vi4CVgXPeOxtmsxdbTG7NeO",
  "pYcbtpshBxGurMQxgaNTMFEwHQYDVR0OBBYEFGyfNabM2zIKq12d04YZ2Kmd90XM",
  "MB8GA1UdIwQYMBaAFGyfNabM2zIKq12d04YZ2Kmd90XMMA8GA1UdEwEB/wQFMAMB",
  "Af8wCgYIKoZIzj0EAwIDSAAwRQIhALXT+oQkT17ctsA4GtAe5+NIAv5DS1xiaqwE",
  "J01jN9wpAiAd+ctZZa1Kw6WLd1WsscDOmDfxSALTTXNWGdkOf+KZIA==",
  "-----END CERTIFICATE-----",
].join("\n");

/** Of www.example.com, signed by the authority. */
export const CERTIFICATE = [
  "-----BEGIN CERTIFICATE-----",
  "MIIBGTCBwQIBAjAKBggqhkjOPQQDAjAZMRcwFQYDVQQDDA5UZXN0IGF1dGhvcml0",
  "eTAeFw0yNjExMjEwMzI2MTdaFw00NjAxMjAwMzI2MTdaMBoxGDAWBgNVBAMMD3d3",
  "dy5leGFtcGxlLmNvbTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABEO9kEb+Hqhp",
  "k/suPPUQfYXGRnrX32jBZ4M+vpBgW7O8XQUtJ8aYtRfFq3mfstBIlrOxpVfXtbcQ",
  "6J9/R6s76eowCgYIKoZIzj0EAwIDRwAwRAIgXDEevQypLFewH3wfbmE6wBDmNqB0",
  "jK8s3Z9HlwynTuUCICr33EB4SVn7qrT2KvfCUL7Y5zpKfntjBuZznoti818q",
  "-----END CERTIFICATE-----",
].join("\n");

/** Of the certificate. */
export const PRIVATE_KEY = [
  "-----BEGIN PRIVATE KEY-----",
  "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgkt9LVdjRqK3VMzvm",
  "wiXa5d7QcxFtXh/ftlL60ZtGcqOhRANCAARDvZBG/h6oaZP7Ljz1EH2FxkZ6199o",
  "wWeDPr6QYFuzvF0FLSfGmLUXxat5n7LQSJazsaVX17W3EOiff0erO+nq",
  "-----END PRIVATE KEY-----",
].join("\n");
