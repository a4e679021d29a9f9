/* Loaded into a program that is measured, before it begins: tells the memory that it cannot do without, when asked. */
process.on("message", () => {
  globalThis.gc();
  process.send(process.memoryUsage());
});
process.channel?.unref();
