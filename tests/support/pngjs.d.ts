/** What the tests use of pngjs, which brings no types. */
declare module "pngjs" {
  export class PNG {
    static readonly sync: {
      read(content: Buffer): PNG;
      write(picture: PNG, options?: { deflateLevel?: number; colorType?: 2 | 6 }): Buffer;
    };
    constructor(size: { width: number; height: number });
    readonly width: number;
    readonly height: number;
    readonly data: Buffer;
  }
}
