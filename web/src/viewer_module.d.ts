declare module 'viewer-module/*?url' {
  const url: string;
  export default url;
}
