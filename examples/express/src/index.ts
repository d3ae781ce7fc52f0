export { type AppOptions, createApp } from './app.ts'
export { closeServer, listen } from './listen.ts'
export { type Database, freePort, runProgram, sessionSecret, startDatabase } from './start-up.ts'
