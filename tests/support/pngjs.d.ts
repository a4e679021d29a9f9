/** What the tests use of pngjs, which brings no types. */
declare module "pngjs" {
  export class PNG {
    constructor(size: { width: number; height: number });
    readonly width: number;
    readonly height: number;
    /** Red, green, blue, opacity of each dot. */
    readonly data: Buffer;
    static readonly sync: { read(file: Buffer): PNG; write(picture: PNG): Buffer };
  }
}
