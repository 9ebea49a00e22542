// Asks Authy, at the address that is written here, about an application: by the
// module that most libraries for Node.js use.
import https from 'node:https'

https.get('https://api.authy.com/protected/json/app/details', {
  headers: { 'X-Authy-API-Key': 'd57d919d11e6b221c9bf6f7c882028f9' },
}, (answer) => answer.pipe(process.stdout))
