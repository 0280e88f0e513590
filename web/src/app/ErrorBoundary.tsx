/** Catches a fault of the console itself, so that a broken screen says so instead of going blank. */
import { Component, type ReactNode } from "react";

export class ErrorBoundary extends Component<{ children: ReactNode }, { error: Error | null }> {
  override state: { error: Error | null } = { error: null };

  static getDerivedStateFromError(error: Error) {
    return { error };
  }

  override render() {
    if (!this.state.error) return this.props.children;
    return (
      <main className="center-page">
        <div className="notice bad" role="alert">
          <strong>The console failed to draw this page</strong>
          <p className="break">{this.state.error.message}</p>
          <div className="actions">
            <button type="button" className="button" onClick={() => window.location.reload()}>
              Load it again
            </button>
          </div>
        </div>
      </main>
    );
  }
}
