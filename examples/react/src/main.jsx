import { StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { IrisClassifier } from './IrisClassifier.jsx';

function App() {
  const [shown, setShown] = useState(true);
  return (
    <>
      <label className="toggle">
        <input type="checkbox" checked={shown} onChange={() => setShown(!shown)} />
        Mounted
      </label>
      {shown && <IrisClassifier />}
    </>
  );
}

createRoot(document.querySelector('main')).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
