// Makes a program connect to the mock where it means Authy:
// node --import ./authy-is-the-mock.mjs program.mjs
import tls from 'node:tls'

const [host, port] = (process.env.MOCK ?? '127.0.0.1:2885').split(':')
const connect = tls.connect
tls.connect = (options, ...rest) =>
  connect(/^(sandbox-)?api\.authy\.com$/.test(options?.host) ? { ...options, host, port } : options, ...rest)
