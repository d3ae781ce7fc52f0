export { closeServer, listen } from '@examples/express'
