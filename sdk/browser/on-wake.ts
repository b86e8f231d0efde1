/** Calls `wake` when the browser is online again or its page is looked at again. */
export function onWake(wake: () => void): () => void {
  const page = globalThis.document as Document | undefined;
  const onVisible = (): void => {
    if (page?.visibilityState === 'visible') wake();
  };
  globalThis.addEventListener('online', wake);
  page?.addEventListener('visibilitychange', onVisible);
  return () => {
    globalThis.removeEventListener('online', wake);
    page?.removeEventListener('visibilitychange', onVisible);
  };
}
